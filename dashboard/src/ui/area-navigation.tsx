import { NavLink, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Installation, Viewer } from '@stackgate/client/documents'
import { isVendor } from '../session/areas.js'
import { useOperation } from '@stackgate/react/hooks'
import { words } from '../words/en.js'

const nav = words.operationsNav

const OPERATIONS = [
  ['/ops', nav.overview],
  ['/ops/accounts', nav.accounts],
  ['/ops/inbox', nav.inbox],
  ['/ops/dead-letters', nav.deadLetters],
  ['/ops/checkouts', nav.checkouts],
  ['/ops/reconciliation', nav.reconciliation],
  ['/ops/invariants', nav.invariants],
  ['/ops/figures', nav.figures],
  ['/ops/catalog', nav.catalog],
  ['/ops/usage-batches', nav.usageBatches],
  ['/ops/usage-comparisons', nav.usageComparisons],
  ['/ops/reviews', nav.reviews],
  ['/ops/vendors', nav.vendors],
  ['/ops/agents', nav.agents],
  ['/ops/audit', nav.audit],
] as const

const VENDOR = [
  ['/vendor', words.vendorNav.templates],
  ['/vendor/earnings', words.vendorNav.earnings],
] as const

/** Pages for vendors and operators. Absent without the role, or without a permission on the installation. */
export function AreaNavigation() {
  const viewer = useOperation(Viewer, {})
  const installation = useOperation(Installation, {})
  return (
    <>
      {viewer.data?.viewer && isVendor(viewer.data.viewer) && <Area name={words.vendorNav.area} pages={VENDOR} />}
      {installation.data && installation.data.installation.viewerCan.length > 0 && (
        <Area name={nav.area} pages={OPERATIONS} />
      )}
    </>
  )
}

interface AreaProps {
  readonly name: string
  readonly pages: readonly (readonly [to: string, name: string])[]
}

function Area({ name, pages }: AreaProps) {
  return (
    <>
      <Text size="xs" c="dimmed" fw={600} px="sm" pt="md">
        {name}
      </Text>
      {pages.map(([to, page]) => (
        <NavLink
          key={to}
          component={Link}
          to={to}
          label={page}
          activeOptions={{ exact: to.lastIndexOf('/') === 0, includeSearch: false }}
        />
      ))}
    </>
  )
}
