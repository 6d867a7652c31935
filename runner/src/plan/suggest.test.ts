import assert from 'node:assert/strict'
import { test } from 'node:test'
import { suggest } from './suggest.ts'

const names = ['load', 'workers', 'stopTimeout', 'spawnRate', 'host']

test('finds what was most likely meant', () => {
  const table: [string, string | undefined][] = [
    ['laod', 'load'],
    ['loads', 'load'],
    ['Load', 'load'],
    ['worker', 'workers'],
    ['spawn_rate', 'spawnRate'],
    ['stopTimout', 'stopTimeout'],
    ['hots', 'host'],
    ['logs', undefined],
    ['image', undefined],
    ['master', undefined],
    ['service', undefined],
    ['', undefined],
  ]
  for (const [typed, meant] of table) assert.equal(suggest(typed, names), meant, typed)
})
