// Runs before everything else: the color scheme is set before the first paint, and no markup is made of strings.
;(() => {
  const stored = localStorage.getItem('mantine-color-scheme-value')
  const isDark = stored === 'dark' || (stored !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.setAttribute('data-mantine-color-scheme', isDark ? 'dark' : 'light')
  self.trustedTypes?.createPolicy('default', {
    createHTML(text) {
      if (text.includes('<')) throw new TypeError('Markup is not made of strings.')
      return text
    },
  })
})()
