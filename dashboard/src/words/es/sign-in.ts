import type { Translations } from '../translated.js'

export const signInWords: Translations['signInWords'] = {
  text: (provider) => `Inicia sesión en ${provider} y vuelve a esta página.`,
  again: 'Volver a iniciar sesión',
  notSetUp: 'El inicio de sesión no está configurado en este servidor: falta el ajuste DASHBOARD_CLIENT_ID.',
  detail: (detail) => `Para el operador de este servidor: ${detail}`,
  endedTitle: 'Su sesión ha terminado',
  endedText: (email) =>
    `Vuelva a iniciar sesión como ${email} para continuar. Se abre una ventana nueva; esta página se conserva, con todo lo que ha escrito.`,
  problems: {
    denied: 'El inicio de sesión se ha rechazado. Vuelva a intentarlo o pida acceso al operador de este servidor.',
    ended: 'Su sesión ha terminado.',
    notBegun: 'Este inicio de sesión no empezó en esta ventana o ya se ha utilizado.',
    providerAway: 'El proveedor de identidad no responde. Inténtelo de nuevo en un momento.',
    invalidResponse: 'El proveedor de identidad ha respondido con un error.',
    tokenRejected:
      'Ha iniciado sesión, pero este servidor no acepta el token del proveedor de identidad: es para otro servidor o no contiene una dirección de correo electrónico.',
    serverAway: 'Ha iniciado sesión, pero este servidor no ha respondido. Inténtelo de nuevo en un momento.',
    otherPerson:
      'Ha iniciado sesión como otra persona. Inicie sesión como la persona de esta página o cierre la sesión.',
    personChanged:
      'Otra persona ha iniciado sesión en el proveedor de identidad en este navegador. Vuelva a iniciar sesión para continuar como esa persona.',
    windowDone: 'Ha vuelto a iniciar sesión. Puede cerrar esta ventana.',
  },
  product:
    'Este servidor vende planes, paquetes y plantillas, recibe los pagos, mide el uso e indica qué hacer cuando rechaza algo.',
}
