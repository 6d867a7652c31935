/** What a load file adds up may pass all numbers, and neither JSON nor prom-client has an infinity. */
export function finite(x: number): number {
  return Math.min(Number.MAX_VALUE, Math.max(-Number.MAX_VALUE, x))
}
