/** JavaScript for a page: the texts of cells that reach out of their row, and so over the next one. */
export const outsideRows = `[...document.querySelectorAll(".table-body [role=row]")].flatMap((row) => {
  const { bottom } = row.getBoundingClientRect();
  return [...row.children].filter((cell) => cell.getBoundingClientRect().bottom > bottom).map((cell) => cell.innerText);
})`;
