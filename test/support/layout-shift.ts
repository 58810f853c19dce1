/** Limit of the layout shift of a page while it is loading. */
export const MAX_LAYOUT_SHIFT = 0.02

/** For `addInitScript`: adds up in `window.layoutShift` what moves, also what happened before, and notes the elements in `window.moved`. */
export const WATCH_LAYOUT_SHIFT = `window.layoutShift = 0
window.moved = []
new PerformanceObserver((list) => {
  for (const { hadRecentInput, value, sources } of list.getEntries()) {
    if (hadRecentInput) continue
    window.layoutShift += value
    for (const { node } of sources) window.moved.push((node?.className || node?.nodeName) + ' ' + node?.textContent.slice(0, 40))
  }
}).observe({ type: 'layout-shift', buffered: true })`
