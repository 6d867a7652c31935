import assert from 'node:assert/strict'

/** An element of a page that was read strictly: as XML is, so that no browser has to guess. */
export class Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: (Element | string)[] = []

  constructor(name: string, attributes: Record<string, string>) {
    this.name = name
    this.attributes = attributes
  }

  /** All below it that have this name. */
  all(name: string): Element[] {
    return this.children.flatMap((child) =>
      typeof child === 'string' ? [] : [...(child.name === name ? [child] : []), ...child.all(name)],
    )
  }

  withId(id: string): Element | undefined {
    for (const child of this.children) {
      if (typeof child === 'string') continue
      const found = child.attributes.id === id ? child : child.withId(id)
      if (found) return found
    }
    return undefined
  }

  get text(): string {
    return this.children.map((child) => (typeof child === 'string' ? child : child.text)).join('')
  }
}

/** Reads a page; fails where a tag is not closed, an attribute has no quotes, or a character that means something stands for itself. */
export function readPage(page: string): Element {
  assert.ok(page.startsWith('<!doctype html>\n'))
  const root = new Element('', {})
  const open = [root]
  const ids = new Set<string>()
  let at = '<!doctype html>\n'.length
  const fail = (why: string) => assert.fail(`${why} at ${at}: …${page.slice(Math.max(0, at - 80), at + 80)}…`)
  while (at < page.length) {
    const inside = open.at(-1) as Element
    if (inside.name === 'script' || inside.name === 'style') {
      const end = page.indexOf(`</${inside.name}`, at)
      if (end < 0) fail(`${inside.name} has no end`)
      inside.children.push(page.slice(at, end))
      at = end
    }
    const rest = page.slice(at, at + 2_000_000)
    const text = /^[^<]+/.exec(rest)?.[0]
    if (text !== undefined) {
      inside.children.push(unescaped(text, fail))
      at += text.length
      continue
    }
    const tag = /^<(\/?)([a-z][a-z0-9]*)((?: [a-zA-Z][a-zA-Z0-9-]*="[^"<]*")*)(\/?)>/.exec(rest)
    if (!tag) return fail('no tag')
    const [whole, closing, name = '', attributes = '', alone] = tag
    if (closing) {
      if (inside.name !== name || attributes || alone) fail(`</${name}> closes <${inside.name}>`)
      open.pop()
    } else {
      const element = new Element(name, attributesOf(attributes, fail))
      const { id } = element.attributes
      if (id !== undefined && ids.has(id)) fail(`a second ${id}`)
      if (id !== undefined) ids.add(id)
      inside.children.push(element)
      if (!alone) open.push(element)
    }
    at += whole.length
  }
  assert.equal(open.length, 1, `<${open.at(-1)?.name}> is not closed`)
  return root
}

function attributesOf(text: string, fail: (why: string) => void): Record<string, string> {
  const pairs = [...text.matchAll(/ ([a-zA-Z0-9-]+)="([^"]*)"/g)]
  const attributes = Object.fromEntries(pairs.map(([, name, value = '']) => [name, unescaped(value, fail)]))
  if (Object.keys(attributes).length !== pairs.length) fail('an attribute twice')
  return attributes
}

function unescaped(text: string, fail: (why: string) => void): string {
  return text.replace(/&([^;&]*;?)/g, (_, entity: string) => {
    const character = entities[entity]
    if (character === undefined) fail(`&${entity}`)
    return character as string
  })
}

const entities: Record<string, string> = { 'amp;': '&', 'lt;': '<', 'gt;': '>', 'quot;': '"', '#39;': "'" }

/** Rows of a table as records by the titles of its columns: what is shown, and the number where there is one. */
export function readTable(table: Element): Record<string, { shown: string; value: number }>[] {
  const titles =
    table
      .all('thead')[0]
      ?.all('th')
      .map(({ text }) => text) ?? []
  return table
    .all('tr')
    .slice(1)
    .map((row) => {
      const cells = row.children.filter((child) => typeof child !== 'string')
      assert.equal(cells.length, titles.length, 'a cell for each column')
      return Object.fromEntries(
        cells.map(({ text, attributes }, at) => [
          titles[at] as string,
          { shown: text, value: Number(attributes['data-value'] ?? text) },
        ]),
      )
    })
}
