import type { Page } from 'playwright-core'

/** Watches the places of buttons, links and fields in each frame, from the beginning of each document. */
const WATCH = `(() => {
  const SHOWN = ':is(main, header, nav) :is(a, button, input, select, textarea, summary)'
  const places = new Map()
  const moved = new Map()
  let isOver = false
  const look = () => {
    for (const element of document.querySelectorAll(SHOWN)) {
      const { x, y, width } = element.getBoundingClientRect()
      // A hidden button keeps a place for itself and receives no click.
      if (width === 0 || !element.checkVisibility({ visibilityProperty: true })) continue
      const place = { x: Math.round(x + scrollX), y: Math.round(y + scrollY) }
      const first = places.get(element)
      if (!first) places.set(element, place)
      // A pixel is the rounding of a height.
      else if (Math.abs(first.x - place.x) > 1 || Math.abs(first.y - place.y) > 1)
        moved.set(element, [place.x - first.x, place.y - first.y])
    }
    if (!isOver) requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
  window.movedElements = () => {
    isOver = true
    return [...moved].map(([element, [x, y]]) => ({
      x, y, name: element.nodeName + ' ' + (element.ariaLabel || element.textContent || element.id).trim().slice(0, 40),
    }))
  }
})()`

export interface MovedElement {
  readonly name: string
  readonly x: number
  readonly y: number
}

/** A button that moves while a page is loading loses the click that is on its way. To be called before a page is opened. */
export const watchPlaces = (page: Page): Promise<unknown> => page.addInitScript(WATCH)

/** Elements that moved since the document was opened, and the distance in pixels. It ends the watch. */
export const movedElements = (page: Page): Promise<MovedElement[]> =>
  page.evaluate<MovedElement[]>('window.movedElements()')
