import type { RunPlan } from '../plan/run-plan.ts'
import { type RequestOptions, redirectLimit, timeoutMsOf } from './http-options.ts'

/** What of a request's options outlives its sending; a request without options has none. */
export interface ExchangeOptions {
  catchResponse: boolean
  context: Record<string, unknown> | undefined
  stream: boolean
  redirects: number
  timeoutMs: number
}

export function exchangeOptions(options: RequestOptions, http: RunPlan['http']): ExchangeOptions {
  const { catchResponse, context, stream, redirect, timeout } = options
  return {
    catchResponse: catchResponse === true,
    context: context ?? undefined,
    stream: stream === true,
    redirects: redirectLimit(redirect, http.maxRedirects),
    timeoutMs: timeout === undefined ? http.timeout : timeoutMsOf(timeout),
  }
}
