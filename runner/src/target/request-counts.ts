/** What the shop saw: the other side of every report. */
export interface ShopCounts {
  /** Requests received, whatever became of them. */
  total: number
  /** By method and route: `GET /products/:id`. */
  byRoute: Record<string, number>
  /** By status answered. `total` minus their sum was cut off by the client before its answer. */
  byStatus: Record<string, number>
  connections: number
}

export class RequestCounts {
  readonly #byRoute = new Map<string, number>()
  readonly #byStatus = new Map<number, number>()
  #total = 0
  #connections = 0

  connection(): void {
    this.#connections++
  }

  request(route: string): void {
    this.#total++
    this.#byRoute.set(route, (this.#byRoute.get(route) ?? 0) + 1)
  }

  answer(status: number): void {
    this.#byStatus.set(status, (this.#byStatus.get(status) ?? 0) + 1)
  }

  toData(): ShopCounts {
    return {
      total: this.#total,
      byRoute: Object.fromEntries(this.#byRoute),
      byStatus: Object.fromEntries(this.#byStatus),
      connections: this.#connections,
    }
  }
}
