using WebDemo;

await Demo.Build(args).RunAsync();
