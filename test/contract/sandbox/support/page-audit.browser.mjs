/**
 * Runs inside a page. Returns its accessibility problems.
 * @returns {string[]}
 */
export function findProblems() {
  const found = []
  const named = (element) => (element.getAttribute('aria-label') ?? element.textContent ?? '').trim() !== ''
  if (document.documentElement.lang === '') found.push('the page has no language')
  if (document.querySelectorAll('h1').length !== 1) found.push('the page needs exactly one main heading')
  for (const field of document.querySelectorAll('input:not([type=hidden]), select'))
    if (![...(field.labels ?? [])].some(named)) found.push(`the field ${field.name} has no label`)
  for (const one of document.querySelectorAll('button, a')) if (!named(one)) found.push(`nameless: ${one.outerHTML}`)
  const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id)
  for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) found.push(`two elements have the id ${id}`)
  const read = (text) => {
    const [red = 0, green = 0, blue = 0, alpha = 1] = (text.match(/[\d.]+/g) ?? []).map(Number)
    return { color: [red, green, blue], alpha }
  }
  const light = (color) => {
    const [red, green, blue] = color.map((part) => {
      const share = part / 255
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const behind = (element) => {
    if (element === null) return [255, 255, 255]
    const { color, alpha } = read(getComputedStyle(element).backgroundColor)
    return alpha === 0 ? behind(element.parentElement) : color
  }
  for (const element of document.querySelectorAll('body *')) {
    const hasText = [...element.childNodes].some(
      (node) => node.nodeType === Node.TEXT_NODE && (node.textContent ?? '').trim() !== '',
    )
    if (!hasText || element.tagName === 'OPTION') continue
    const one = light(read(getComputedStyle(element).color).color)
    const other = light(behind(element))
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05)
    if (ratio < 4.5) found.push(`contrast ${ratio.toFixed(2)} of "${(element.textContent ?? '').trim().slice(0, 30)}"`)
  }
  return found
}
