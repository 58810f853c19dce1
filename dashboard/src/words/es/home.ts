import type { Translations } from '../translated.js'

export const homeWords: Translations['homeWords'] = {
  title: 'Inicio',
  plan: 'Plan',
  noSubscription: 'Sin suscripción',
  ends: (date) => `Termina el ${date}`,
  paused: 'En pausa',
  trial: (date) => `Prueba hasta el ${date}`,
  pastDue: 'Pago fallido',
  next: 'Próxima factura',
  noNext: 'Nada pendiente',
  left: (feature) => `${feature}: restante`,
  unlimited: 'Sin límite',
  of: (limit, time) => `de ${limit}${time ? `, para ${time}` : ''}`,
  activity: 'Actividad reciente',
}
