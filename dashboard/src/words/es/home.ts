import type { Translations } from '../translated.js'

export const homeWords: Translations['homeWords'] = {
  title: 'Inicio',
  plan: 'Plan',
  noSubscription: 'Sin suscripción',
  renews: (date) => `Se renueva el ${date}`,
  ends: (date) => `Termina el ${date}`,
  paused: 'En pausa',
  trial: (date) => `Prueba hasta el ${date}`,
  pastDue: 'Pago fallido',
  next: 'Próxima factura',
  noNext: 'Nada pendiente',
  on: (date) => `El ${date}`,
  left: (feature) => `${feature}: restante`,
  unlimited: 'Sin límite',
  of: (limit, until) => `de ${limit}${until ? `, hasta el ${until}` : ''}`,
  activity: 'Actividad reciente',
}
