import { Skeleton, Stack } from '@mantine/core'
import { useParams } from '@tanstack/react-router'
import { Suspense } from 'react'
import { VendorTemplate as Template, type VendorTemplateData } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { lazyPart } from '../../session/load-part.js'
import { PageHeading } from '../../ui/page-heading.js'
import { PanelContent } from '../../ui/panel.js'
import { words } from '../../words/en.js'
import { vendorWords } from '../../words/en/vendor.js'
import { TemplateWithdrawal } from './template-withdrawal.js'

/** Loads the reader of compose files, which is large. */
const TemplateEditor = lazyPart(() => import('./template-editor.js'), 'TemplateEditor')

const texts = vendorWords
export type TemplateOfVendor = NonNullable<VendorTemplateData['template']>

/** Height of the page while it is loading, in pixels. */
const HEIGHT = 900

/** One template of a vendor: its way through the review, its content and its price. */
export function VendorTemplate() {
  const { id = '' } = useParams({ strict: false }) as { id?: string }
  const query = useOperation(Template, { id })
  const template = query.data?.template ?? null
  return (
    <Stack>
      <PageHeading side={template && <TemplateWithdrawal template={template} />}>
        {template?.nextVersion?.name ?? template?.name ?? texts.template}
      </PageHeading>
      <PanelContent query={query} height={HEIGHT}>
        {() =>
          template ? (
            <Suspense fallback={<Skeleton height={HEIGHT} role="progressbar" aria-label={words.panel.loading} />}>
              <TemplateEditor key={template.id} template={template} query={query} />
            </Suspense>
          ) : (
            texts.missing
          )
        }
      </PanelContent>
    </Stack>
  )
}
