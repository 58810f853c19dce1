import { useData } from 'vitepress'
import theme from 'vitepress/theme-without-fonts'
import { h, onMounted, ref } from 'vue'
import { absenceOf, presentItems } from '../installed-pages.mjs'
import { searchOptions } from '../search-options.mjs'
import './style.css'

/** The way from the site of a server to its first page, which leads to the dashboard. */
const WayBack = () => {
  const { site, theme: settings } = useData()
  return settings.value.served
    ? h('a', { class: 'way-back', href: `${site.value.base}../`, target: '_self' }, 'Dashboard')
    : null
}

let siteData

/** The frame of all pages. The built pages are those of all modules, so that the server's are known once a page is shown. */
const Layout = {
  setup() {
    const { page, theme: settings } = useData()
    const isShown = ref(false)
    onMounted(() => {
      const { themeConfig, ...site } = siteData.value
      const isAbsent = absenceOf(themeConfig)
      const { nav, sidebar } = themeConfig
      siteData.value = {
        ...site,
        themeConfig: {
          ...themeConfig,
          nav: presentItems(nav, isAbsent),
          sidebar: presentItems(sidebar, isAbsent),
        },
      }
      isShown.value = true
    })
    const mark = () =>
      isShown.value && absenceOf(settings.value)(page.value.relativePath)
        ? h('p', { class: 'absent', role: 'note' }, 'This server does not have the module of this page.')
        : null
    return () =>
      h(theme.Layout, null, {
        'nav-bar-content-before': () => h(WayBack),
        'nav-screen-content-before': () => h(WayBack),
        'doc-before': mark,
      })
  },
}

export default {
  ...theme,
  Layout,
  enhanceApp(context) {
    theme.enhanceApp?.(context)
    siteData = context.siteData
    const { base, themeConfig } = siteData.value
    const { options } = themeConfig.search
    // Functions, which the policy of the server does not let a page make from texts.
    options.miniSearch = { searchOptions: searchOptions(options.weights, base, absenceOf(themeConfig)) }
  },
}
