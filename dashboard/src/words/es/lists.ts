import type { Translations } from '../translated.js'

export const listWords: Translations['listWords'] = {
  filter: 'Filtrar',
  apply: 'Aplicar',
  any: 'Cualquiera',
  all: 'Todo',
  condition: (name, value) => `${name}: ${value}`,
  remove: (name, value) => `Quitar la condición: ${name}: ${value}`,
  views: 'Vistas guardadas',
  saveView: 'Guardar la vista',
  deleteView: 'Eliminar la vista',
  viewName: 'Nombre de la vista',
  viewHint: 'Conserva los filtros, las columnas y el orden en este navegador.',
  save: 'Guardar',
  cancel: 'Cancelar',
  columns: 'Columnas',
  sort: 'Ordenar',
  sorted: (column, isDescending) => `${column} ${isDescending ? '↓' : '↑'}`,
}
