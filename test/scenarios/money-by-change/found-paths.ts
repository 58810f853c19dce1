import { pathNamed, type Path } from './paths.js'

const NAMES = [
  'STRIPE > trial > upgrade later > add-on',
  'STRIPE > large > more servers > dispute > dispute lost',
  'STRIPE > large > downgrade now > refund the last',
  'STRIPE > trial > more servers > by the year > refund the first',
  'STRIPE > year > add-on > cancel later',
  'STRIPE > month > upgrade > downgrade now > upgrade > downgrade now > refund the first',
  'STRIPE > month > upgrade > dispute > refund the first > dispute won',
  'STRIPE > two servers > fewer servers now > more servers > refund the first',
  'STRIPE > two servers > renewal unpaid > refund the first',
  'STRIPE > large > downgrade later > renewal unpaid',
  'STRIPE > year > add-on > renewal while away',
  'STRIPE > month > add-on > add-on > without add-on > add-on > without add-on',
  'STRIPE > month > add-on > add-on > refund the last > add-on > refund half of the last',
  'STRIPE > two servers > add-on > add-on > dispute > without add-on > dispute lost',
  'PAYPAL > two servers > renewal unpaid > cancel now',
  'PAYPAL > large > renewal unpaid > refund the first',
]

/** Paths on which the payments were wrong once. */
export const foundPaths = (): Path[] => NAMES.map((name) => pathNamed(name))
