import 'reflect-metadata'
import { billing } from './billing.js'
import { core } from './core.js'
import { deployments } from './deployments.js'
import { marketplace } from './marketplace.js'
import { machinePayments } from './machine-payments.js'
import type { Module } from './module.js'
import { operations } from './operations.js'
import { paypal } from './paypal.js'
import { stripe } from './stripe.js'

/** All modules. A module comes after those that it requires. */
export const allModules: readonly Module[] = [
  core,
  operations,
  billing,
  stripe,
  machinePayments,
  paypal,
  marketplace,
  deployments,
]
