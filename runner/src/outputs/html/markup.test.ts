import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cut, html } from './markup.ts'

test('what stands in markup is text, unless it is markup', () => {
  const name = `<script>alert("1")</script> & 'x'`
  const escaped = '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;'
  assert.equal(html`<p title="${name}">${name}</p>`.text, `<p title="${escaped}">${escaped}</p>`)
  assert.equal(html`<ul>${[html`<li>${'<'}</li>`, '<', 1, undefined]}</ul>`.text, '<ul><li>&lt;</li>&lt;1</ul>')
  assert.equal(html`${[['&'], html`&amp;`]}`.text, '&amp;&amp;')
})

test('characters that no page may have, or that turn the reading direction, are shown as such', () => {
  assert.equal(
    html`${'\0\u0007\u001b[31m \u202egnp.exe \uD800 \uFFFF'}`.text,
    '\uFFFD\uFFFD\uFFFD[31m \uFFFDgnp.exe \uFFFD \uFFFD',
  )
  assert.equal(html`${'支払い 🦗 مرحبا\n\tx'}`.text, '支払い 🦗 مرحبا\n\tx')
})

test('a cut leaves no half of a character', () => {
  assert.equal(cut('abc', 3), 'abc')
  assert.equal(cut('abcd', 3), 'ab…')
  assert.equal(cut('a🦗cd', 3), 'a\uFFFD…')
})
