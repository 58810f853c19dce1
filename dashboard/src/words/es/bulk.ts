import type { Translations } from '../translated.js'

export const bulkWords: Translations['bulkWords'] = {
  bar: 'Filas seleccionadas',
  select: (name) => `Seleccionar ${name}`,
  selectAll: 'Seleccionar todas las filas mostradas',
  selected: (rows) => `${rows} seleccionadas`,
  clear: 'Quitar la selección',
  progress: (done, all) => `${done} de ${all}…`,
  done: (act, rows) => `${act}: ${rows} correctas`,
  failed: (act, rows) => `${act}: ${rows} con error`,
  change: 'Cambiar el rol',
  role: 'Nuevo rol',
  changeEffect: (rows, text) =>
    rows === 1 ? 'El miembro recibe este rol de inmediato.' : `${text} miembros reciben este rol de inmediato.`,
  removeTitle: (rows, text) => (rows === 1 ? '¿Eliminar 1 miembro?' : `¿Eliminar ${text} miembros?`),
}
