(() => {
  const form = document.getElementById("filter");
  if (!form) return;
  const system = document.getElementById("filter-system");
  const result = document.getElementById("filter-result");
  const text = document.getElementById("filter-text");
  const articles = [...document.querySelectorAll("#examples article")];
  const apply = () => {
    const wanted = text.value.trim().toLowerCase();
    let shown = 0;
    for (const article of articles) {
      const own = article.dataset["s" + system.value];
      const fits = (result.value === "all" || own === result.value) && article.textContent.toLowerCase().includes(wanted);
      article.hidden = !fits;
      shown += fits ? 1 : 0;
      for (const part of article.querySelectorAll("dt, dd")) part.classList.toggle("selected", part.dataset.system === system.value);
    }
    document.getElementById("filter-count").textContent = shown + " of " + articles.length;
  };
  form.addEventListener("input", apply);
  form.addEventListener("submit", event => event.preventDefault());
  apply();
})();
