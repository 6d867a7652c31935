import { InterruptTaskSet, StopTest } from '../environment/control-flow.ts'
import { MarkovTaskSet } from '../tasks/markov-task-set.ts'
import { SequentialTaskSet } from '../tasks/sequential-task-set.ts'
import { type TaskHolder, TaskSet } from '../tasks/task-set.ts'
import { nextTask, type TaskEntry, type TaskTable } from '../tasks/task-table.ts'

/** Chooses a holder's next task, in place of its weights. */
export type PickTask = (holder: TaskHolder, table: TaskTable) => TaskEntry

/** Why a run of `onePass` ends. */
export function passReason(iterations: number): string {
  return iterations === 1 ? 'every task has run' : `every task has run ${iterations} times`
}

/**
 * Every task in the order of the file, whatever its weight, so many times; then the run is over. A task set is left after one pass
 * through its tasks; one whose order means something keeps it.
 */
export function onePass(iterations: number): PickTask {
  const picked = new WeakMap<TaskHolder, number>()
  return (holder, table) => {
    const at = picked.get(holder) ?? 0
    picked.set(holder, at + 1)
    const isSet = holder instanceof TaskSet
    const length = holder instanceof SequentialTaskSet ? table.sequence.length : table.entries.length
    if (at < length * (isSet ? 1 : iterations))
      return holder instanceof SequentialTaskSet || holder instanceof MarkovTaskSet
        ? holder[nextTask](table)
        : (table.entries[at % length] as TaskEntry)
    if (isSet) throw new InterruptTaskSet()
    throw new StopTest(passReason(iterations))
  }
}
