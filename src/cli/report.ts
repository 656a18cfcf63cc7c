import type { ReportFormat } from '../core/report.ts'
import { doThere, type Done, type There } from './there.ts'

export type ReportOptions = There & { readonly outage: string; readonly format: Exclude<ReportFormat, 'text'> }

/** A running Rollcall's report of an outage, as text in that format. */
export const reportThere = ({ outage, format, ...there }: ReportOptions): Promise<Done<string>> =>
  doThere(there, `api/v1/outages/${encodeURIComponent(outage)}/report?format=${format}`, {}, (_, text) =>
    BEGINS[format].test(text) ? text : null,
  )

/** Whoever else listens there answers with a page of their own. */
const BEGINS: Readonly<Record<ReportOptions['format'], RegExp>> = {
  md: /^# /,
  html: /^<!doctype html>\n<html lang="en" data-rollcall="report">/,
  json: /^\{\n {2}"outage": /,
}
