namespace SciCoT.Testing.World.Topics;

/// <summary>Tools and the simple machines behind them.</summary>
internal static class Machines
{
    public static readonly Topic Topic = new(
        "simple machine",
        "tool",
        """
        lever: seesaw, crowbar, bottle opener, nutcracker, boat oar
        inclined plane: wheelchair ramp, playground slide, mountain road, loading ramp, staircase
        wedge: axe, knife, chisel, razor
        screw: jar lid, bulb base, drill bit, corkscrew, bench vice
        pulley: flagpole rope, blind cord, crane cable, sail hoist
        wheel and axle: doorknob, steering wheel, screwdriver, tap handle
        """,
        "{a} works as {ak}",
        [
            new("working",
                [
                    "How does {a} make work easier?",
                    "{N} uses {a}. In what way does it help?",
                    "{N} wants to explain {a} to a friend. What is the best way to say how it works?",
                ],
                [
                    new("lever", "a lever turns around a fixed point", "a bar swings on a pivot"),
                    new("inclined plane", "an inclined plane is a slope", "a rise is spread over a longer way"),
                    new("wedge", "a wedge pushes things apart", "a thin edge parts a material"),
                    new("screw", "a screw is a slope around a rod", "a spiral changes a twist into a push"),
                    new("pulley", "a pulley guides a rope over a wheel", "a pull changes its direction"),
                    new("wheel and axle", "a wheel turns a thinner axle", "a wide grip turns a thin rod"),
                ],
                [],
                new Rule("lever", "inclined plane, wedge, screw", "a lever turns around a fixed point",
                    "swings on a pivot", "does NOT swing on a pivot"),
                new Rule("inclined plane", "lever, wedge, pulley, wheel and axle", "an inclined plane is a slope",
                    "lets people go up or down little by little", "does NOT let people go up or down little by little"),
                new Rule("wedge", "lever, inclined plane, pulley, wheel and axle", "a wedge pushes things apart",
                    "parts a material with a thin edge", "does NOT part a material with a thin edge"),
                new Rule("screw", "lever, wedge, pulley, wheel and axle", "a screw is a slope around a rod",
                    "has a spiral ridge or edge", "does NOT have a spiral ridge or edge")),

            new("relative",
                [
                    "Which of these works in the same way as {a}?",
                    "{N} sorts machines. What belongs in one group with {a}?",
                    "{N} looks for something like {a}. What works alike?",
                ],
                [
                    new("lever", "a claw hammer is a lever too", "a claw hammer"),
                    new("inclined plane", "a hill path is an inclined plane too", "a hill path"),
                    new("wedge", "a front tooth is a wedge too", "a front tooth"),
                    new("screw", "a light bulb thread is a screw too", "a light bulb thread"),
                    new("pulley", "a clothes line wheel is a pulley too", "a clothes line wheel"),
                    new("wheel and axle", "a well crank is a wheel and axle too", "a well crank"),
                ],
                []) { Except = "bulb base" },

            new("task",
                [
                    "Another machine of the same kind as {a} is needed. What is it good for?",
                    "For which task would {N} use the same kind of machine as {a}?",
                    "{N} builds a machine of the same kind as {a}. Which job can it do?",
                ],
                [
                    new("lever", "a lever turns around a fixed point", "prying up a stuck lid"),
                    new("inclined plane", "an inclined plane is a slope", "rolling a barrel into a van"),
                    new("wedge", "a wedge pushes things apart", "splitting firewood"),
                    new("screw", "a screw is a slope around a rod", "holding two boards tightly together"),
                    new("pulley", "a pulley guides a rope over a wheel", "lifting a bucket straight up"),
                    new("wheel and axle", "a wheel turns a thinner axle", "turning a stiff rod with little force"),
                ],
                []),
        ])
    {
        Noun = "tools",
        OddStems =
        [
            "Two of these are the same kind of simple machine. Which one is different?",
            "{N} sorts three tools by simple machine. Which one is left over?",
        ],
    };
}
