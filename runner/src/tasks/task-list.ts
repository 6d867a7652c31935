/** A class of task sets, whatever users it is for. */
export type TaskSetClass = new () => {
  interrupt(reschedule?: boolean): never
  onStart(): void | Promise<void>
  onStop(): void | Promise<void>
}

/** A task that is no method: gets the user or task set as `this` and as its argument. */
type TaskFunction = (holder: never) => unknown

export type TaskBody = TaskFunction | TaskSetClass

/** `static tasks`: names of members, functions and TaskSet classes, with their weights (1 where there is none). */
export type TaskList =
  | Readonly<Record<string, number>>
  | ReadonlyMap<TaskBody | string, number>
  | readonly (TaskBody | string | readonly [TaskBody | string, number])[]
