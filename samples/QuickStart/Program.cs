Console.WriteLine("SciCoT");
