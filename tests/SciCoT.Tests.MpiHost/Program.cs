using SciCoT.Tests.MpiHost;

// What the tests start under mpirun: each command is one rank's part of something that the ranks do together.
return args[0] switch
{
    "exchange" => Exchange.Run(),
    "mismatch" => Faults.Mismatch(),
    "leave-early" => Faults.LeaveEarly(),
    "throw-and-leave" => await Faults.ThrowAndLeaveAsync(),
    "throw" => await Faults.ThrowAsync(),
    "hang" => Faults.Hang(TimeSpan.FromSeconds(double.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture))),
    "wait" => Faults.WaitToBeKilled(),
    "train" => await Learning.RunAsync(args[1], args[2], int.Parse(args[3], System.Globalization.CultureInfo.InvariantCulture), args.ElementAtOrDefault(4) ?? "none"),
    "distill" => await Stages.DistillAsync(tokenizer: args[1], run: args[2], crossFitted: args[3] == "cross-fitted", kill: args.ElementAtOrDefault(4)),
    "ablate" => await Stages.AblateAsync(tokenizer: args[1], run: args[2]),
    "apart" => Stages.Apart(fails: args[1] == "fail"),
    "join-twice" => Faults.JoinTwice(),
    _ => throw new ArgumentException($"There is no command '{args[0]}'."),
};
