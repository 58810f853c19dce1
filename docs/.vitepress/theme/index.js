import { useData } from 'vitepress'
import theme from 'vitepress/theme-without-fonts'
import { h } from 'vue'
import { searchOptions } from '../search-options.mjs'
import './style.css'

/** The way from the site of a server to its first page, which leads to the dashboard. */
const WayBack = () => {
  const { site, theme: settings } = useData()
  return settings.value.served
    ? h('a', { class: 'way-back', href: `${site.value.base}../`, target: '_self' }, 'Dashboard')
    : null
}

export default {
  ...theme,
  Layout: () =>
    h(theme.Layout, null, {
      'nav-bar-content-before': () => h(WayBack),
      'nav-screen-content-before': () => h(WayBack),
    }),
  enhanceApp(context) {
    theme.enhanceApp?.(context)
    const { base, themeConfig } = context.siteData.value
    const { options } = themeConfig.search
    // Functions, which the policy of the server does not let a page make from texts.
    options.miniSearch = { searchOptions: searchOptions(options.weights, base) }
  },
}
