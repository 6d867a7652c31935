/** A TaskSet class, for users of any class. */
export type TaskSetClass = new () => {
  interrupt(reschedule?: boolean): never
  onStart(): void | Promise<void>
  onStop(): void | Promise<void>
}

/** A task that is a plain function. It gets the user or task set as `this` and as its argument. */
type TaskFunction = (holder: never) => unknown

export type TaskBody = TaskFunction | TaskSetClass

/** The value of `static tasks`: names of methods, functions and TaskSet classes, with their weights. Default weight: 1. */
export type TaskList =
  | Readonly<Record<string, number>>
  | ReadonlyMap<TaskBody | string, number>
  | readonly (TaskBody | string | readonly [TaskBody | string, number])[]
