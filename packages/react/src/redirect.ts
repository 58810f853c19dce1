/** Opens a page of the payment provider. Returns false if the browser refused to open a tab. */
export function leave(url: string, where: 'same-tab' | 'new-tab'): boolean {
  if (where === 'same-tab') {
    window.location.assign(url)
    return true
  }
  const opened = window.open(url, '_blank')
  if (!opened) return false
  opened.opener = null
  return true
}
