import type { Translations } from '../translated.js'

export const pauseWords: Translations['pauseWords'] = {
  pause: 'Pausar',
  pauseTitle: '¿Pausar la suscripción?',
  pauseText: (paid, until) => `No se cobra nada desde el ${paid} hasta el ${until}. Después continúa automáticamente.`,
  pauseAccess: {
    kept: 'El plan se mantiene durante ese tiempo.',
    suspended: 'El plan se suspende durante ese tiempo.',
  },
  paused: (until) => (until ? `En pausa hasta el ${until}.` : 'En pausa.'),
  awaitsPayment: (date) => `Activo de nuevo con el pago del ${date}.`,
  usableUntil: (date) => `Puede usar el plan hasta el ${date}.`,
  endPause: 'Reanudar',
  endPauseTitle: '¿Reanudar la suscripción?',
  dueNow: (amount) => `Se cobran ${amount} ahora.`,
  nothingDue: 'No se cobra nada ahora.',
}
