import type { ReactNode } from 'react'
import * as react from '../src/index.js'
import * as spending from '../src/spending/index.js'

const close = () => undefined

/** Every component, as a page shows it first. */
export const COMPONENTS: Record<string, ReactNode> = {
  AccountCalendar: <spending.AccountCalendar />,
  AutoTopUps: <spending.AutoTopUps />,
  BillingManagementSection: <react.BillingManagementSection communityId="42" />,
  CheckoutReturn: <react.CheckoutReturn />,
  CommandLog: <react.CommandLog hash="abc" />,
  ConnectionBadge: <react.ConnectionBadge />,
  CreditBalance: <react.CreditBalance />,
  DenialNotice: (
    <react.DenialNotice denial={{ code: 'QUOTA_EXCEEDED', message: 'Plan limit exceeded', remedies: [] }} />
  ),
  FeatureGate: <react.FeatureGate feature="sso">secret</react.FeatureGate>,
  InvoiceList: <react.InvoiceList />,
  PaywallDialog: <react.PaywallDialog denial={null} />,
  PlanChangeDialog: <react.PlanChangeDialog change={{ plan: 'plus' }} onClose={close} />,
  PricingTable: <react.PricingTable />,
  PurchaseTemplateModal: <react.PurchaseTemplateModal open={false} onClose={close} templateId="t" templateName="T" />,
  SpendCaps: <spending.SpendCaps />,
  UpgradeModal: <react.UpgradeModal open requiredPlan="plus" onClose={close} />,
  UsageAlerts: <spending.UsageAlerts />,
  UsageMeter: <react.UsageMeter feature="ai_chat_message" />,
}
