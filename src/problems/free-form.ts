import 'reflect-metadata';

const FREE_FORM = Symbol('free-form fields');

/**
 * Marks a field of a DTO whose value is the caller's own JSON: validators see whether it is a list (and how long) or an
 * object, and nothing looks inside or copies it. The size of the body alone bounds it.
 */
export function FreeForm(): PropertyDecorator {
  return (prototype, property) => Reflect.defineMetadata(FREE_FORM, [...freeFormFields(prototype.constructor), String(property)], prototype.constructor);
}

/** The fields of a DTO class, inherited ones included, that are {@link FreeForm}. */
export function freeFormFields(dto: unknown): readonly string[] {
  return typeof dto === 'function' ? ((Reflect.getMetadata(FREE_FORM, dto) as string[] | undefined) ?? []) : [];
}
