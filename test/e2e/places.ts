import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** Where `servePlaces` of the process that started this one listens. */
const where = 'KATYDID_E2E_PLACES'

/**
 * Hands out `count` places on the node, first come, first served, to whatever process asks: releases that start by the dozen keep each
 * other from being ready in time, and what is late then says nothing of the chart. A place is a connection: it is free again when that ends,
 * or the process.
 */
export async function servePlaces(count: number): Promise<Disposable> {
  let free = count
  const waiting = new Set<Socket>()
  const next = () => {
    const [socket] = waiting
    if (socket === undefined || free === 0) return
    waiting.delete(socket)
    free--
    socket.once('close', () => {
      free++
      next()
    })
    socket.write('yours\n')
  }
  const server = createServer((socket) => {
    waiting.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => waiting.delete(socket))
    next()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  server.unref()
  process.env[where] = String((server.address() as { port: number }).port)
  return { [Symbol.dispose]: () => void server.close() }
}

/** Waits for a place on the node; to be given back. */
export async function takePlace(): Promise<Disposable> {
  const port = process.env[where]
  if (port === undefined) throw new Error(`${where} is not set: npm run e2e sets it`)
  const socket = connect(Number(port), '127.0.0.1')
  await once(socket, 'data')
  socket.on('error', () => socket.destroy()).unref()
  return { [Symbol.dispose]: () => void socket.destroy() }
}
