//! The closed lists of police training, with the labels people read (domain page, section 8).

use uuid::Uuid;

use crate::kernel::{Label, derived_id, labelled};

labelled! {
    /// A training programme for police.
    pub enum TrainingProgramme {
        Hpm = "Holocaust, Politie en Mensenrechten (HPM)", "Holocaust, Police and Human Rights (HPM)";
        HpmLeadership = "HPM voor leidinggevenden", "HPM for leaders";
        Polarisation = "Polarisatie", "Polarisation";
    }
}

labelled! {
    /// A line of programmes whose participants are counted together where they were not told apart.
    pub enum TrainingLine {
        Hpm = "HPM, leidinggevenden inbegrepen", "HPM, leaders included";
        Polarisation = "Polarisatie", "Polarisation";
    }
}

labelled! {
    /// For whom a training session was held.
    pub enum TrainingAudience {
        Aspirant = "Aspiranten (basisopleiding)", "Aspirants (basic training)";
        Continuing = "Voortgezette opleiding", "Continuing training";
    }
}

labelled! {
    /// Why a recorded session says something else now.
    pub enum TrainingCorrection {
        EnteredWrongly = "Verkeerd ingevoerd", "Entered wrongly";
        CountedAgain = "Herteld", "Counted again";
    }
}

labelled! {
    /// Why something recorded does not count any more.
    pub enum TrainingAnnulment {
        EnteredTwice = "Dubbel ingevoerd", "Entered twice";
        NotHeld = "Ging niet door", "Did not take place";
        EnteredWrongly = "Verkeerd ingevoerd", "Entered wrongly";
    }
}

impl TrainingProgramme {
    /// The line whose record holds it.
    pub fn line(self) -> TrainingLine {
        match self {
            Self::Hpm | Self::HpmLeadership => TrainingLine::Hpm,
            Self::Polarisation => TrainingLine::Polarisation,
        }
    }
}

impl TrainingLine {
    /// The id of its stream: the same in every installation.
    pub fn stream(self) -> Uuid {
        derived_id(Uuid::nil(), &format!("training-line/{}", self.code()))
    }
}
