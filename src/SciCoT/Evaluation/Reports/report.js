(() => {
  // A link of the contents leads to a part that may be folded; paper has nothing to unfold.
  const unfold = section => section?.querySelector("details")?.setAttribute("open", "");
  const follow = () => { if (location.hash.length > 1) unfold(document.getElementById(location.hash.slice(1))); };
  addEventListener("hashchange", follow);
  addEventListener("beforeprint", () => document.querySelectorAll("section").forEach(unfold));
  document.querySelector("nav").addEventListener("click", event => {
    const target = event.target.getAttribute("href");
    if (target) unfold(document.getElementById(target.slice(1)));
  });
  follow();

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
