import type { FieldError } from '../resource.ts'
import { invalid } from './field-errors.ts'

/** What is wrong with paths inside containers and volumes. */

export function backstepErrors(path: string, field: string): FieldError[] {
  return path.split('/').includes('..') ? [invalid(field, path, "must not contain '..'")] : []
}

/** A path that stays below where it starts. */
export function descendingErrors(path: string, field: string): FieldError[] {
  const absolute = path.startsWith('/') ? [invalid(field, path, 'must be a relative path')] : []
  return [...absolute, ...backstepErrors(path, field)]
}

/** A descending path whose names nobody else uses: those that begin with two dots are the kubelet's. */
export function unreservedErrors(path: string, field: string): FieldError[] {
  const reserved = path.startsWith('..') && path !== '..' && !path.startsWith('../')
  return [...descendingErrors(path, field), ...(reserved ? [invalid(field, path, "must not start with '..'")] : [])]
}

export function fileModeErrors(mode: unknown, field: string): FieldError[] {
  if (typeof mode !== 'number' || (mode >= 0 && mode <= 0o777)) return []
  return [invalid(field, mode, 'must be a number between 0 and 0777 (octal), both inclusive')]
}
