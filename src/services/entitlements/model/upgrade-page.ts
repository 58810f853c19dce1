/** Address of the page for upgrades that the module with payments serves. A catalog can name another page. */
export const UPGRADE_PAGE = '/billing/start'
