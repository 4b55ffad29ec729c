using SciCoT.Cli;

return await Tool.RunAsync(args, new ToolConsole(Console.In, Console.Out, Console.Error));
