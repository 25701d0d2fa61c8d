/** Mark is the drawing beside the name. */
export function Mark() {
  return (
    <svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true">
      <path d="M1 13.5h18" stroke="currentColor" stroke-width="1.5" />
      <path d="M4 13V8M8 13V3M12 13V6" stroke="currentColor" stroke-width="2.4" />
      <path d="M16 14v4.5" stroke="var(--fail-fill)" stroke-width="2.4" />
    </svg>
  );
}
