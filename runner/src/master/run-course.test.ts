import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RunClock } from '../stats/run-clock.ts'
import { RunCourse } from './run-course.ts'

const of = ({ isWaitingForWorkers, isRunning, isLoadOver, isOver }: RunCourse) =>
  Object.entries({ isWaitingForWorkers, isRunning, isLoadOver, isOver }).flatMap(([what, holds]) =>
    holds ? [what] : [],
  )

test('a run gathers, runs until it is over, and its load ends before', () => {
  const course = new RunCourse(new RunClock())
  const seen = [of(course)]
  for (const step of ['begin', 'endLoad', 'end'] as const) {
    course[step]()
    seen.push(of(course))
  }
  assert.deepEqual(seen, [
    ['isWaitingForWorkers'],
    ['isRunning'],
    ['isRunning', 'isLoadOver'],
    ['isLoadOver', 'isOver'],
  ])
})

test('a run that nobody came to ends without having begun', () => {
  const course = new RunCourse(new RunClock())
  course.endLoad()
  course.end()
  assert.deepEqual([of(course), course.hasBegun], [['isLoadOver', 'isOver'], false])
})

test('the load has time until it ends, and none later', () => {
  const clock = new RunClock()
  const course = new RunCourse(clock)
  assert.equal(course.loadMs, 0)
  clock.start(performance.now() - 5_000)
  assert.ok(course.loadMs >= 5_000)
  course.endLoad()
  const endMs = course.loadMs
  clock.start(performance.now() - 9_000)
  assert.equal(course.loadMs, endMs)
})
