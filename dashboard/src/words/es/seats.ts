import type { Translations } from '../translated.js'

export const seatWords: Translations['seatWords'] = {
  title: 'Licencias',
  used: (assigned, limit) => `${assigned} de ${limit} licencias están asignadas.`,
  unlimited: (assigned) => `${assigned} licencias están asignadas. No hay límite.`,
  over: (assigned, limit) =>
    `${assigned} licencias están asignadas, pero el plan solo tiene ${limit}. Siguen asignadas. No se pueden asignar más hasta que alguna quede libre.`,
  none: 'Ningún miembro tiene licencia.',
  columns: { person: 'Persona', since: 'Desde' },
  assign: 'Asignar una licencia',
  assignTitle: (feature) => `Asignar una licencia: ${feature}`,
  member: 'Miembro',
  search: 'Nombre o correo electrónico',
  more: 'Mostrar más',
  everybody: 'Todos los miembros tienen licencia.',
  confirm: 'Asignar',
  move: 'Transferir',
  moveTitle: (name) => `Transferir la licencia de ${name}`,
  moveText: 'El número de licencias asignadas no cambia.',
  free: 'Liberar la licencia',
  freeTitle: (name) => `¿Liberar la licencia de ${name}?`,
  freeText: (feature) => `El miembro ya no podrá usar ${feature}. La licencia se puede volver a asignar.`,
  cancel: 'Volver',
}
