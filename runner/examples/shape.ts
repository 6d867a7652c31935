// A load of your own making: tick() is asked once a second how many users there should be; undefined ends the run.
//
//   katydid run shape.ts -H http://127.0.0.1:8000

import { between, HttpUser, LoadShape, task } from 'katydid'

/** A working day in a minute: quiet, two peaks, quiet. */
export class Day extends LoadShape {
  tick() {
    const elapsed = this.runTime // seconds
    if (elapsed > 60) return undefined
    const peak = (at: number) => Math.exp(-(((elapsed - at) / 6) ** 2))
    const users = Math.round(2 + 28 * (peak(20) + peak(42)))
    return [users, 10] as const // users, and how many may start or stop a second
  }
}

export class Visitor extends HttpUser {
  waitTime = between(0.2, 1)

  @task async home() {
    await this.client.get('/')
  }
}
