/**
 * Comfort, and nothing that is needed to read the page: a click on a column's title sorts by it, and a chart tells the values under the
 * pointer, which it takes from its table.
 */
export const script = `
'use strict'
for (const table of document.querySelectorAll('table.sortable')) {
  const body = table.tBodies[0]
  for (const [column, head] of [...table.tHead.rows[0].cells].entries()) {
    const button = document.createElement('button')
    button.type = 'button'
    button.append(...head.childNodes)
    head.append(button)
    button.addEventListener('click', () => {
      const falling = head.getAttribute('aria-sort') !== (head.className === 'n' ? 'descending' : 'ascending')
        ? head.className === 'n' : head.className !== 'n'
      for (const other of table.tHead.rows[0].cells) other.removeAttribute('aria-sort')
      head.setAttribute('aria-sort', falling ? 'descending' : 'ascending')
      const keyOf = (row) => row.cells[column].dataset.value ?? row.cells[column].textContent
      const compare = head.className === 'n'
        ? (a, b) => (parseFloat(keyOf(a)) || 0) - (parseFloat(keyOf(b)) || 0)
        : (a, b) => keyOf(a).localeCompare(keyOf(b))
      body.append(...[...body.rows].sort((a, b) => (falling ? compare(b, a) : compare(a, b))))
    })
  }
}
for (const figure of document.querySelectorAll('figure')) {
  const [chart, here, note] = ['.chart', '.here', '.note'].map((name) => figure.querySelector(name))
  const about = note.textContent
  const table = figure.querySelector('table')
  const titles = [...table.tHead.rows[0].cells].map((cell) => cell.textContent)
  const rows = [...table.tBodies[0].rows].map((row) => ({ row, bounds: row.dataset.x.split(' ').map(Number) }))
  chart.addEventListener('pointermove', (event) => {
    const box = chart.getBoundingClientRect()
    const x = ((event.clientX - box.left) / box.width) * chart.viewBox.baseVal.width
    const at = rows.filter(({ bounds: [from, until] }) => x >= from && until > x)
    here.style.visibility = at.length > 0 ? 'visible' : 'hidden'
    here.setAttribute('x1', x)
    here.setAttribute('x2', x)
    const values = at.flatMap(({ row }) => [...row.cells].flatMap((cell, i) =>
      i === 0 || cell.textContent === '' ? [] : titles[i] + ' ' + cell.textContent))
    note.textContent = at.length > 0 ? [at[0].row.cells[0].textContent, ...values].join(' · ') : about
  })
  chart.addEventListener('pointerleave', () => {
    here.style.visibility = 'hidden'
    note.textContent = about
  })
}
`
