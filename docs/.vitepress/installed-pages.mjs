// Pages of modules that a server does not have. Its site leaves them out of navigation and search, and marks them.
import { pageOf } from './search-options.mjs'

/** Tells for an address of a page whether the server lacks its module. A site of another host has no list of modules. */
export const absenceOf = ({ modules, modulesOfPages }) => {
  const installed = modules?.split(',') ?? []
  // Before the server has replaced the list, it has no core.
  return (page) => installed.includes('core') && page in modulesOfPages && !installed.includes(modulesOfPages[page])
}

/** Items of the navigation without absent pages, and without groups of which nothing is left. */
export const presentItems = (items, isAbsent) =>
  items
    .filter(({ link = '/' }) => !isAbsent(pageOf(link, '/')))
    .map((item) => (item.items ? { ...item, items: presentItems(item.items, isAbsent) } : item))
    .filter((item) => item.items?.length !== 0)
