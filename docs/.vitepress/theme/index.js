import theme from 'vitepress/theme-without-fonts'
import { searchOptions } from '../search-options.mjs'
import './style.css'

export default {
  ...theme,
  enhanceApp(context) {
    theme.enhanceApp?.(context)
    const { base, themeConfig } = context.siteData.value
    const { options } = themeConfig.search
    // Functions, which the policy of the server does not let a page make from texts.
    options.miniSearch = { searchOptions: searchOptions(options.weights, base) }
  },
}
