import { ValidationError, ValidationPipe } from '@nestjs/common';
import { Problem } from './problem.js';

/** Checks bodies and queries against their DTO; a bad one is a problem that names every bad field. */
export function validationPipe(): ValidationPipe {
  return new ValidationPipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    transform: true,
    validationError: { target: false, value: false },
    exceptionFactory: (errors) => {
      const fields = errors.flatMap((error) => describe(error, ''));
      return new Problem('VALIDATION_FAILED', fields.map(({ message }) => message).join('; ') || 'The request is not valid.', { extensions: { errors: fields } });
    },
  });
}

function describe(error: ValidationError, path: string): { field: string; message: string }[] {
  const field = path ? `${path}.${error.property}` : error.property;
  const own = Object.values(error.constraints ?? {}).map((message) => ({ field, message }));
  return [...own, ...(error.children ?? []).flatMap((child) => describe(child, field))];
}
