import type { Translations } from '../translated.js'

export const settingsWords: Translations['settingsWords'] = {
  title: 'Configuración',
  name: {
    title: 'Nombre',
    label: 'Nombre del equipo',
    save: 'Guardar el nombre',
    saved: 'El nombre se ha guardado.',
    person: 'Una cuenta personal lleva el nombre de su persona.',
  },
  export: {
    title: 'Exportar sus datos',
    text: 'Un archivo con todo lo que se guarda sobre esta cuenta. Se puede descargar durante siete días.',
    start: 'Iniciar una exportación',
    running: (percent) => `La exportación va por el ${percent} %.`,
    scheduled: 'La exportación empieza en un momento.',
    ready: (date) => `Exportado el ${date}`,
    download: 'Descargar',
    fileName: (date) => `cuenta-${date}.json`,
  },
  leave: {
    title: 'Abandonar esta cuenta',
    text: 'Pierde el acceso a todo lo que contiene. Una nueva invitación le permite volver.',
    button: 'Abandonar la cuenta',
    confirm: (name) => `¿Abandonar ${name}?`,
    keep: 'Cancelar',
  },
  remove: {
    title: 'Eliminar esta cuenta',
    text: 'Sus datos se eliminan después de catorce días. Hasta entonces puede deshacerlo y no se puede comprar nada.',
    button: 'Eliminar la cuenta',
    confirmTitle: (name) => `¿Eliminar ${name}?`,
    type: (name) => `Escriba «${name}» para confirmar`,
    confirm: 'Eliminarla en catorce días',
    keep: 'Cancelar',
    scheduled: (date) => `Esta cuenta se eliminará el ${date}.`,
    blocked: (reason) => `La eliminación está en espera: ${reason}`,
    charge: (amount, date, description) =>
      `Se cobran ${amount} después del ${date}, y la cuenta no se elimina antes. ${description}.`,
    credit: (amount) => `Su saldo de ${amount} se pierde con la eliminación y no se paga.`,
    undo: 'Deshacer la eliminación',
  },
}
