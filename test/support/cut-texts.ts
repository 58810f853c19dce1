import type { Page } from 'playwright-core'

/**
 * Texts of which a part is not seen: without an ellipsis an element cuts them, or a field is too narrow for its choice or its placeholder.
 * What scrolls has its own end.
 */
const CUT = `(() => {
  const isVisible = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true })
  const context = document.createElement('canvas').getContext('2d')
  const widthOf = (text, { font }) => {
    context.font = font
    return context.measureText(text).width
  }
  const cut = []
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const range = document.createRange()
  while (texts.nextNode()) {
    const { currentNode } = texts
    const { parentElement } = currentNode
    if (!currentNode.data.trim() || parentElement.closest('select, option, script, style, noscript, svg, .skip, .only-read, .sandbox') || !isVisible(parentElement)) continue
    range.selectNodeContents(currentNode)
    const { left, right, width } = range.getBoundingClientRect()
    if (width < 1) continue
    for (let element = parentElement; element !== document.body; element = element.parentElement) {
      const style = getComputedStyle(element)
      if (style.clipPath !== 'none' || style.textOverflow === 'ellipsis' || /auto|scroll/.test(style.overflowX)) break
      if (style.overflowX === 'visible') continue
      const frame = element.getBoundingClientRect()
      if (left < frame.left - 1 || right > frame.right + 1) cut.push(currentNode.data.trim().slice(0, 60))
      break
    }
  }
  for (const field of document.querySelectorAll('select, input[placeholder]')) {
    if (!isVisible(field)) continue
    const style = getComputedStyle(field)
    const text = field.matches('select') ? (field.selectedOptions[0]?.text ?? '') : field.value ? '' : field.placeholder
    const room = field.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight)
    if (widthOf(text, style) > room + 1) cut.push(text + ' (' + field.nodeName.toLowerCase() + ')')
  }
  return cut
})()`

/** The beginnings of the texts that the page cuts. */
export const cutTexts = (page: Page): Promise<string[]> => page.evaluate<string[]>(CUT)
