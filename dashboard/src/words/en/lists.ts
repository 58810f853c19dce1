import { translated } from '../translated.js'

/** Conditions and views of lists. */
export const listWords = translated('listWords', {
  filter: 'Filter',
  apply: 'Apply',
  any: 'Any',
  all: 'All',
  condition: (name: string, value: string) => `${name} is ${value}`,
  remove: (name: string, value: string) => `Remove the condition: ${name} is ${value}`,
  views: 'Saved views',
  saveView: 'Save view',
  deleteView: 'Delete view',
  viewName: 'Name of the view',
  viewHint: 'It keeps the filters, the columns and the order in this browser.',
  save: 'Save',
  cancel: 'Cancel',
  columns: 'Columns',
  sort: 'Sort',
  sorted: (column: string, isDescending: boolean) => `${column} ${isDescending ? '↓' : '↑'}`,
})
