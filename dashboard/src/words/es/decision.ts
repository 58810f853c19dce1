import type { Translations } from '../translated.js'

export const decisionWords: Translations['decisionWords'] = {
  refused: 'Por qué se rechaza y qué lo permitiría',
  allowed: 'Explicar',
  steps: 'Pasos de la decisión',
  yes: 'La próxima solicitud está permitida.',
}
