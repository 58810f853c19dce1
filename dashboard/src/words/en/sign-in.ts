import { translated } from '../translated.js'

/** Signing in at an identity provider. */
export const signInWords = translated('signInWords', {
  text: (provider: string) => `You sign in at ${provider}, and return to this page.`,
  again: 'Sign in again',
  notSetUp: 'Signing in is not set up on this server: the setting DASHBOARD_CLIENT_ID is missing.',
  detail: (detail: string) => `For the operator of this server: ${detail}`,
  endedTitle: 'Your sign-in has ended',
  endedText: (email: string) =>
    `Sign in again as ${email} to continue. A new window opens for it; this page stays, with everything that you typed.`,
  problems: {
    denied: 'The sign-in was declined. Sign in again, or ask the operator of this server for access.',
    ended: 'Your sign-in has ended.',
    notBegun: 'This sign-in was not begun in this window, or was used already.',
    providerAway: 'The identity provider does not respond. Try again in a moment.',
    invalidResponse: 'The identity provider answered with an error.',
    tokenRejected:
      'You signed in, but this server does not accept the token of the identity provider: it is meant for another server, or lacks an email address.',
    serverAway: 'You signed in, but this server did not respond. Try again in a moment.',
    otherPerson: 'You signed in as another person. Sign in as the person of this page, or sign out.',
    personChanged:
      'Another person has signed in at the identity provider in this browser. Sign in again to continue as that person.',
    windowDone: 'You are signed in again. You can close this window.',
  },
  product:
    'This server sells plans, packages and templates, takes the payments, counts what is used, and says what to do when something is refused.',
})
