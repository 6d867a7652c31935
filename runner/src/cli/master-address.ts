import { KatydidError } from '../errors.ts'
import { quote } from '../plan/quote.ts'

/** Where a master serves HTTP, as the user named it and as a URL has it. */
export interface MasterAddress {
  shown: string
  url: string
}

/** `shop-master`, `shop-master:8089`, `10.0.0.7:8089`, `[::1]:8089`, `::1`. Throws a KatydidError. */
export function parseMasterAddress(text: string, flag: string, defaultPort: number): MasterAddress {
  const [, bracketed, plain, digits] = /^(?:\[([0-9a-f:.]+)\]|([\w.-]+))(?::(\d{1,5}))?$/i.exec(text) ?? []
  const bare = /^[0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.]*$/i.test(text) ? text : undefined
  const ip6 = bracketed ?? (plain === undefined ? bare : undefined)
  const host = ip6 === undefined ? plain : `[${ip6}]`
  const port = digits === undefined ? defaultPort : Number(digits)
  const url = `http://${host}:${port}`
  if (host === undefined || port < 1 || port > 65_535 || !URL.canParse(url))
    throw new KatydidError('USAGE', `${flag}: bad address ${quote(text)}`, {
      hint: `write HOST or HOST:PORT, for example shop-master:${defaultPort}; without a port it is ${defaultPort}`,
    })
  return { shown: `${host}:${port}`, url }
}
