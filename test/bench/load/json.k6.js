import http from 'k6/http'

export default function () {
  if (http.get(`${__ENV.TARGET}/item`).json().id !== 123) throw new Error('wrong item')
}
